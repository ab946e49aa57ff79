import { eq, property } from "../lang/index.ts";
import { Frame, shared, Vcpu } from "../vocabulary.ts";
import { view } from "../view.ts";

/** On SEV-SNP alone. Judged inside calls too, against the kind that the frame has at that moment. */
export const p15 = [
  property({
    id: "P15", title: "visibility", form: "view", place: "M",
    sentence: "Only shared frames are reached with the C-bit clear.",
  }, { vcpu: Vcpu, frame: Frame }, ({ vcpu, frame }) => ({
    given: view.clear.at(vcpu).at(frame),
    then: eq(view.kindNow.at(frame), shared),
  })),
];
