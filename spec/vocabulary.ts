/** The finite types of the model: MODEL.md section 2. Sizes come with the bounds of a system. */
import { enumeration, inject, map, option, range, record, scalarset, setOf, union } from "./lang/index.ts";

export const Domain = scalarset("Domain");
export const Frame = scalarset("Frame");
export const Vcpu = scalarset("Vcpu");
/** A way into a domain that the policy has registered. */
export const Gate = scalarset("Gate");
/** A DMA engine behind the IOMMU. */
export const Device = scalarset("Device");

/** A virtual page number of the user half. Ordered, because the tables above it depend on its prefix. */
export const Page = range("Page");
/** Of a page table: 1 is a leaf table, the greatest is the root. */
export const Level = range("Level");
/** The prefix of a virtual page number at some level: which table of that level translates it. */
export const Index = range("Index");

/** A page of a device's IO address space. */
export const IoPage = range("IoPage");
/** A place on a thread's call stack, from the bottom. */
export const Depth = range("Depth");

export const Phase = enumeration("Phase", "free", "building", "sealed", "dying");

export const Right = enumeration("Right", "r", "w", "x");
export const Access = setOf(Right);

/** `invalid` is an owned guest page that is not validated: there are some on SEV-SNP alone. */
export const Kind = union("Kind", { monitor: null, table: Level, data: null, shared: null, invalid: null });
export const data = inject(Kind, "data", null);
export const shared = inject(Kind, "shared", null);
export const invalid = inject(Kind, "invalid", null);
export const monitorKind = inject(Kind, "monitor", null);

/** Whose secrets content may derive from. `departed` stands for every domain whose slot has been freed. */
export const Label = union("Label", { domain: Domain, device: Device, host: null, departed: null });
export const hostLabel = inject(Label, "host", null);
export const departed = inject(Label, "departed", null);
/** Who can learn something. */
export const Principal = union("Principal", { domain: Domain, device: Device, host: null });

export const Mapping = record({ frame: Frame, access: Access });
export const GrantStatus = enumeration("GrantStatus", "offered", "accepted");
export const Grant = record({ status: GrantStatus, access: Access });
/** A call through a gate that has not returned: the gate, and what the caller knew when it called. */
export const Activation = record({ gate: Gate, knew: setOf(Label) });

/** Why a call returns. `BAD_CALL` and `BAD_ARGUMENT` come before any guard. */
export const codes = [
  "OK", "BAD_CALL", "BAD_ARGUMENT", "DENIED", "BAD_DOMAIN", "NOT_OWNER", "BAD_KIND", "BUSY", "BAD_PHASE", "NO_TABLE", "EXISTS", "BAD_LEVEL",
  "NOT_AUTHORISED", "BAD_ACCESS", "CONFLICT", "NOT_MAPPED", "NOT_OFFERED", "NOT_GRANTED",
  "BAD_GATE", "NO_ROOM", "EMPTY", "ALREADY", "ABORTED",
] as const;
export type Code = (typeof codes)[number];

export const Links = map(Level, map(Index, option(Frame)));
export const Space = map(Page, option(Mapping));
