/** What hardware and adversaries do by themselves: MODEL.md section 4. */
import { dmaRead } from "./dma_read.ts";
import { dmaWrite } from "./dma_write.ts";
import { fetch } from "./fetch.ts";
import { hostRead } from "./host_read.ts";
import { hostWrite } from "./host_write.ts";
import { interrupt } from "./interrupt.ts";
import { load } from "./load.ts";
import { store } from "./store.ts";

export const moves = [load, store, fetch, interrupt, hostRead, hostWrite, dmaRead, dmaWrite] as const;
