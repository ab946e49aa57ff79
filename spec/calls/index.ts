/** Every monitor call, in the order of MODEL.md section 3. */
import { accept } from "./accept.ts";
import { call } from "./call.ts";
import { create } from "./create.ts";
import { destroy } from "./destroy.ts";
import { devAssign } from "./dev_assign.ts";
import { devRelease } from "./dev_release.ts";
import { dmaMap } from "./dma_map.ts";
import { dmaUnmap } from "./dma_unmap.ts";
import { donate } from "./donate.ts";
import { grant } from "./grant.ts";
import { invalidate } from "./invalidate.ts";
import { map } from "./map.ts";
import { protect } from "./protect.ts";
import { reclaim } from "./reclaim.ts";
import { release } from "./release.ts";
import { relinquish } from "./relinquish.ts";
import { returnFrom } from "./return.ts";
import { revoke } from "./revoke.ts";
import { seal } from "./seal.ts";
import { shareHost } from "./share_host.ts";
import { switchTo } from "./switch.ts";
import { tableAdd } from "./table_add.ts";
import { tableRemove } from "./table_remove.ts";
import { unmap } from "./unmap.ts";
import { unshareHost } from "./unshare_host.ts";
import { validate } from "./validate.ts";

export const calls = [
  create, seal, destroy, reclaim, release, donate, tableAdd, tableRemove, map, unmap, protect, grant, accept, relinquish, revoke, call, returnFrom, switchTo,
  shareHost, unshareHost, validate, invalidate, devAssign, dmaMap, dmaUnmap, devRelease,
] as const;
