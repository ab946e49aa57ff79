/** The states at one distance from the initial state. */
export interface Level {
  readonly depth: number;
  readonly states: number;
  /** Of its states, in any order. */
  readonly digest: string;
}
