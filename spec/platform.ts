/** What a platform has and another has not: MODEL.md section 6. */
import { invalidate } from "./calls/invalidate.ts";
import { validate } from "./calls/validate.ts";
import type { Property } from "./lang/property.ts";
import type { Transition } from "./lang/transition.ts";
import type { Policy } from "./policy.ts";
import { p14 } from "./properties/p14.ts";
import { p15 } from "./properties/p15.ts";

/** Where the hypervisor under the monitor is trusted, no page is ever unvalidated, and no entry has a C-bit. */
const ofSevSnp: { readonly calls: readonly Transition[]; readonly properties: readonly Property[] } = { calls: [validate, invalidate], properties: [...p14, ...p15] };

/** Whether the platform has the call; an unknown number gives `BAD_CALL`. */
export const hasCall = (platform: Policy["platform"], call: Transition): boolean => platform === "sev-snp" || !ofSevSnp.calls.includes(call);

/** Whether the property says something on the platform. */
export const hasProperty = (platform: Policy["platform"], property: Property): boolean => platform === "sev-snp" || !ofSevSnp.properties.includes(property);
