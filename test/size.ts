/** Prints how many lines of code each room has; the figures of the README come from here. */
import { listed, sourceAt, sourcesOf, totalOf } from "./code-lines.ts";

const rooms: readonly (readonly [folder: string, except: string | null])[] = [
  ["monitor", null], ["image", null], ["spec", "spec/lang"], ["spec/lang", null], ["hw", null],
];

for (const [folder, except] of rooms) {
  const paths = sourcesOf(folder, except), lists = paths.reduce((sum, path) => sum + listed(sourceAt(path)), 0);
  const room = `${`${folder}/`.padEnd(10)} ${totalOf(paths).toString().padStart(5)} lines of code, ${lists.toString().padStart(3)} of them lists of imports and exports`;
  process.stdout.write(`${room}, in ${paths.length} files${except === null ? "" : `, without ${except}/`}\n`);
}
