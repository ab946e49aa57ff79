/** What the search of the monitor on the machine is asked: what the abstract search is, and who works and who compares. */
import type { SearchOptions } from "../explore/result.ts";
import type { MachineMuster } from "./crew.ts";
import type { SearchWatch } from "./onlooker.ts";

/** `symmetry` is not used: states of the machine are counted as they are. `properties` names those of place M or both; `null` is all of them. */
export interface MachineSearchOptions extends SearchOptions {
  /** Compares this search with others as it goes; absent, nobody does. */
  readonly watch?: SearchWatch;
  /** Who does the work; absent, this thread alone. */
  readonly surveyors?: MachineMuster;
}
