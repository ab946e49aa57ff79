import { reachable } from "../definitions.ts";
import { and, has, not, property } from "../lang/index.ts";
import { Domain, Frame, Page, Vcpu } from "../vocabulary.ts";
import { view } from "../view.ts";

export const p11 = [
  property({
    id: "P11", title: "revocation-complete", form: "view", place: "M",
    sentence: "Once a call has returned, no TLB and no walk cache keeps a right that the address space does not give.",
  }, { vcpu: Vcpu, domain: Domain, page: Page, frame: Frame }, ({ vcpu, domain, page, frame }) => ({
    given: and(not(view.inside), has(view.cached.at(vcpu).at(domain).at(page).at(frame), "r")),
    then: reachable({ domain, page, frame, access: view.cached.at(vcpu).at(domain).at(page).at(frame) }),
  })),
];
