/** Searches that have used up their part of the time wait until the others have ended, and then go on with what those have left over. */

export interface Waiting {
  /** Begins a search, which may ask once for more milliseconds and waits then. Settles when the search has ended, or waits. */
  begin(search: (more: () => Promise<number>) => Promise<void>): Promise<void>;
  /** Lets those that wait go on, in the order in which they came, each with its part of what is left then, and settles when they have ended. */
  finish(left: () => number): Promise<void>;
}

export const waitingRoom = (): Waiting => {
  const waiting: { readonly goOn: (milliseconds: number) => void; readonly ended: () => Promise<void> }[] = [];
  return {
    begin: (search) => new Promise((resolve, reject) => {
      let asked = false;
      const ended = search(() => new Promise((goOn) => {
        if (asked) {
          goOn(0);
          return;
        }
        asked = true;
        waiting.push({ goOn, ended: () => ended });
        resolve();
      }));
      ended.then(resolve, reject);
    }),
    finish: async (left) => {
      for (const [i, { goOn, ended }] of waiting.entries()) {
        goOn(left() / (waiting.length - i));
        await ended();
      }
    },
  };
};
