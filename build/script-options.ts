/** What a script of this repository is asked for on the command line. What is wrong ends it with exit code 2, and is said in a line or two. */
import { parseArgs, type ParseArgsConfig } from "node:util";

export const refuse = (why: string): never => {
  process.stderr.write(`${why}\n`);
  process.exit(2);
};

/** Options and names that a script is given; `usage` is how it is called. */
export const scriptOptions = <const T extends ParseArgsConfig>(usage: string, config: T): ReturnType<typeof parseArgs<T>> => {
  try {
    return parseArgs(config);
  } catch (thrown) {
    // What parseArgs throws is of its caller's arguments.
    return refuse(`${thrown instanceof Error ? thrown.message : String(thrown)}\nusage: ${usage}`);
  }
};

/** A number of things, from `least` to `most`. */
export const countIn = (option: string, text: string, least: number, most: number): number => {
  const count = Number(text);
  return /^\d+$/.test(text) && count >= least && count <= most ? count : refuse(`${option}: expected ${least} to ${most}, found ${text}`);
};
