import { lazy } from "@tautan/driver-kit";
import type * as Wire from "./wire.ts";

/** Loads the schemas at the first reply or delivery. */
export const loadWire: () => Promise<typeof Wire> = lazy(() => import("./wire.ts"));
