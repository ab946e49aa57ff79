import { current, live } from "../definitions.ts";
import { and, eq, has, not, property, some } from "../lang/index.ts";
import { Domain, Frame, Page, Vcpu } from "../vocabulary.ts";
import { view } from "../view.ts";

const text = { id: "P19", title: "context", form: "view", place: "M" } as const;

export const p19 = [
  property({ ...text, sentence: "In a domain, CR3 is its root, PCID its tag and CPL 3." }, { vcpu: Vcpu }, ({ vcpu }) => ({
    given: not(view.inside),
    then: and(
      eq(view.context.at(vcpu).root, some(current({ vcpu }))),
      eq(view.context.at(vcpu).tag, some(current({ vcpu }))),
      view.context.at(vcpu).user,
    ),
  })),
  property(
    { ...text, sentence: "Nothing is cached under the tag of a slot that is not live: two domains never share a tag without a flush." },
    { vcpu: Vcpu, domain: Domain, page: Page, frame: Frame },
    ({ vcpu, domain, page, frame }) => ({
      given: and(not(view.inside), has(view.cached.at(vcpu).at(domain).at(page).at(frame), "r")),
      then: live({ domain }),
    }),
  ),
];
