/** Progress on stderr: a live line on a terminal, a line every 10 s otherwise. stdout is the report's alone. */
import { counted } from "../checker/report/layout.ts";
import type { SearchProgress } from "../checker/explore/result.ts";

export interface Progress {
  /** Shows where a search stands, if it is time to. */
  show(search: string, progress: SearchProgress): void;
  /** Shows a line, if it is time to. */
  say(line: () => string): void;
  /** Clears the live line. */
  end(): void;
}

const live = 100;
const quiet = 10_000;

const ahead = ({ statesDistinct, bytes, milliseconds }: NonNullable<SearchProgress["forecast"]>): string =>
  `; after the next level about ${counted(statesDistinct)} states, ${Math.ceil(bytes / 2 ** 20)} MiB, in ${Math.ceil(milliseconds / 1000)} s`;

/** `clock` gives milliseconds. */
export const progressOn = (stream: { readonly isTTY?: boolean; write(text: string): unknown; readonly columns?: number }, clock: () => number): Progress => {
  const terminal = stream.isTTY === true;
  let last = terminal ? -Infinity : clock(), shown = false;
  const say = (line: () => string): void => {
    const now = clock();
    if (now - last < (terminal ? live : quiet)) return;
    last = now;
    stream.write(terminal ? `\r\u001b[2K${line().slice(0, (stream.columns ?? 80) - 1)}` : `${line()}\n`);
    shown = true;
  };
  return {
    say,
    show(search, { depth, statesDistinct, transitions, frontier, forecast }) {
      say(() => `${search}: depth ${depth}, ${counted(statesDistinct)} states, ${counted(transitions)} transitions, ${counted(frontier)} to expand${forecast === undefined ? "" : ahead(forecast)}`);
    },
    end() {
      if (terminal && shown) stream.write("\r\u001b[2K");
      shown = false;
    },
  };
};
