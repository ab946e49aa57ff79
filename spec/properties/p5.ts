import { property } from "../lang/index.ts";
import { live } from "../definitions.ts";
import { Domain } from "../vocabulary.ts";
import { view } from "../view.ts";

export const p5 = [
  property({
    id: "P5", title: "monitor-half", form: "view", place: "M",
    sentence: "Every root agrees on the monitor half, which is supervisor only, and no user entry is global.",
  }, { domain: Domain }, ({ domain }) => ({
    given: live({ domain }),
    then: view.monitorHalf.at(domain),
  })),
];
