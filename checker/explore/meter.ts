/** What a measurement asks of a search, and a report does not. */

export interface Meter {
  /** States that room is made for before the search begins; its pages are touched, so that the system does not hand them out while the search runs. */
  readonly states: number;
  /** The room is made, which took so many milliseconds, and the first state is about to be added. */
  begins(milliseconds: number): void;
  /** All states are found; they, their parents and the index over them take so many bytes. */
  ends(bytes: number): void;
}
