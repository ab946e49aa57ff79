/** What a measurement asks of a search, and a report does not. */

/** Milliseconds before a search begins. */
export interface Preparation {
  /** Compiling the system, translating it, and starting threads. */
  readonly building: number;
  /** Making room for states and touching its pages, so that the system does not hand them out while the search runs. */
  readonly touching: number;
}

export interface Meter {
  /** States that are expected: room is made for them before the search begins, and what is only worth it for so many is made ready. */
  readonly states: number;
  /** All is ready, and the first state is about to be added. */
  begins(preparation: Preparation): void;
  /** All states are found; they, their parents and the index over them take so many bytes. */
  ends(bytes: number): void;
}
