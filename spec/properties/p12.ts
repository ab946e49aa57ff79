import { eq, exists, inject, property } from "../lang/index.ts";
import { Frame, Kind, Level, Vcpu } from "../vocabulary.ts";
import { view } from "../view.ts";

export const p12 = [
  property({
    id: "P12", title: "table-reuse", form: "view", place: "M",
    sentence: "A frame that some walk can still read as a page table is a page table: it changes kind only when no walk can use it.",
  }, { vcpu: Vcpu, frame: Frame }, ({ vcpu, frame }) => ({
    given: view.walker.at(vcpu).at(frame),
    then: exists(Level, (level) => eq(view.kindNow.at(frame), inject(Kind, "table", level))),
  })),
];
