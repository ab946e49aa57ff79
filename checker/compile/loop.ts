/** A parameter that code loops over: the local that holds its rank, and how many ranks there are. */
export interface Loop {
  readonly local: string;
  readonly size: number;
}
