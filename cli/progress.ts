/** Progress on stderr: a live line on a terminal, a line every 10 s otherwise. stdout is the report's alone. */
import type { SearchProgress } from "../checker/explore/result.ts";
import { bytesText } from "../checker/report/size.ts";

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

/** 33,123,456 as 33 M: nobody reads more of a number that changes. */
const roughly = (count: number): string => {
  const unit = [{ one: 1e9, name: " G" }, { one: 1e6, name: " M" }, { one: 1e3, name: " k" }].find(({ one }) => count >= one);
  return unit === undefined ? String(Math.round(count)) : `${count >= 10 * unit.one ? Math.round(count / unit.one) : (count / unit.one).toFixed(1)}${unit.name}`;
};

const lasting = (milliseconds: number): string => {
  const seconds = Math.ceil(milliseconds / 1000);
  return seconds < 120 ? `${seconds} s` : seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
};

/** Of a search that is to last so long, or to take so much memory, it is said once what can be done about it; not in the first moments, when its few levels say little. */
const long = 300_000, large = 4 * 2 ** 30;

const progressLine = (search: string, { depth, statesDistinct, frontier, forecast, whole }: SearchProgress): string => [
  `${search}: depth ${depth}, ${roughly(statesDistinct)} states, ${roughly(frontier)} to expand`,
  ...(whole === undefined ? [] : [`in the end about ${roughly(whole.statesDistinct)} (${roughly(whole.low)} to ${roughly(whole.high)}), ${bytesText(whole.bytes)}, in ${lasting(whole.milliseconds)}`]),
  ...(forecast === undefined ? [] : [`after the next level ${roughly(forecast.statesDistinct)}, ${bytesText(forecast.bytes)}, in ${lasting(forecast.milliseconds)}`]),
].join("; ");

const advice = "  This takes long: Ctrl-C ends it with a report of what is known, --budget 60s or 2GiB does so by itself, --property leaves searches out, and `refmon size POLICY` says which bound costs most.";

/** `clock` gives milliseconds. */
export const progressOn = (stream: { readonly isTTY?: boolean; write(text: string): unknown; readonly columns?: number }, clock: () => number): Progress => {
  const terminal = stream.isTTY === true;
  let last = terminal ? -Infinity : clock(), shown = false;
  /** When a search was first heard of; infinite once it has been advised. */
  const since = new Map<string, number>();
  /** Whether it was time to. */
  const say = (line: () => string): boolean => {
    const now = clock();
    if (now - last < (terminal ? live : quiet)) return false;
    last = now;
    stream.write(terminal ? `\r\u001b[2K${line().slice(0, (stream.columns ?? 80) - 1)}` : `${line()}\n`);
    shown = true;
    return true;
  };
  return {
    say: (line) => { say(line); },
    show(search, progress) {
      const { whole } = progress, began = since.get(search) ?? clock();
      since.set(search, began);
      if (!say(() => progressLine(search, progress)) || whole === undefined || clock() - began < quiet || (whole.milliseconds < long && whole.bytes < large)) return;
      since.set(search, Infinity);
      stream.write(`${terminal ? "\n" : ""}${advice}\n`);
    },
    end() {
      if (terminal && shown) stream.write("\r\u001b[2K");
      shown = false;
    },
  };
};
