/** stdout, for reports. A reader that stops reading (`| head`) is no error. */
import pc from "picocolors";
import { plain, type Paint } from "../checker/report/layout.ts";

process.stdout.on("error", (thrown: NodeJS.ErrnoException) => {
  if (thrown.code !== "EPIPE") throw thrown;
});

/** Writes all of the text, also where stdout is a pipe that is slower than the program. */
export const print = (text: string): Promise<void> => new Promise((resolve) => {
  process.stdout.write(text, () => resolve());
});

/** Colours for a terminal, unless `NO_COLOR` is set (https://no-color.org) or it is a dumb one. */
export const paintFor = (stream: { readonly isTTY?: boolean }): Paint => {
  const silent = (process.env["NO_COLOR"] ?? "") !== "" || process.env["TERM"] === "dumb";
  if (stream.isTTY !== true || silent) return plain;
  const { green, red, yellow, bold, dim } = pc.createColors(true);
  return { good: green, bad: red, unsure: yellow, strong: bold, faint: dim };
};
