/** Level-synchronous breadth-first search of a system on generated code. */
import type { System } from "../../spec/lang/system.ts";
import type { SearchOptions, SearchResult } from "./result.ts";

/** @throws SelfCheckError if a counterexample does not replay in the oracle; SpecificationError if the system is not well formed. */
export type Search = (system: System, options: SearchOptions) => Promise<SearchResult>;
