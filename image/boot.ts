/** What the platform does: brings the image into memory, and the monitor to its entry. */
import type { Machine } from "../hw/machine.ts";
import { start } from "../monitor/start.ts";
import type { BootImage } from "./image.ts";
import { writeImage } from "./write.ts";

/** Boots the image on a machine after reset. @throws RangeError if the machine has not the image's frames and vCPUs: the monitor refuses to start. */
export function boot(m: Machine, image: BootImage): void {
  writeImage(m, image);
  if (!start(m)) throw new RangeError(`the image is for ${image.frames} frames and ${image.vcpus} vCPUs, the machine has ${m.frames} and ${m.vcpus}`);
}
