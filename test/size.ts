/** Prints how many lines of code each room has; the figures of the README come from here. */
import { sourcesOf, totalOf } from "./code-lines.ts";

const rooms: readonly (readonly [folder: string, except: string | null])[] = [["monitor", null], ["image", null], ["spec", "spec/lang"], ["spec/lang", null], ["hw", null]];

for (const [folder, except] of rooms) {
  const paths = sourcesOf(folder, except);
  process.stdout.write(`${`${folder}/`.padEnd(10)} ${totalOf(paths).toString().padStart(5)} lines of code in ${paths.length} files${except === null ? "" : `, without ${except}/`}\n`);
}
