import { randomBytes } from "node:crypto";
import { type Servers, startServers } from "./http/servers.ts";
import type { Settings } from "./options.ts";
import type { ProviderSet } from "./provider.ts";
import { continueRun, type Run, type RunParts, startRun } from "./run.ts";
import { inMemory, type State, type StateStore } from "./state/store.ts";

/** A sandbox that has begun, or gone on where an earlier process left it. */
export interface StartedSandbox {
  readonly seed: string;
  readonly servers: Servers;
  readonly run: Run;
  /** Another run from the start. The one before keeps nothing from then on. */
  restart(): Promise<Run>;
  /** Stops listening. The run is to be closed before. */
  close(): Promise<void>;
}

type Listeners = Pick<RunParts, "onChange" | "onRecord">;

/** `onChange` is called for every change in a run, `onRecord` for each API call and webhook. */
export const startUp = async (
  settings: Settings,
  providers: ProviderSet,
  listeners: Listeners,
): Promise<StartedSandbox> => {
  const store = await openStore(settings.stateFile);
  try {
    return await startWithStore(settings, providers, store, listeners);
  } catch (error) {
    store.close();
    throw error;
  }
};

const openStore = async (stateFile: string | undefined): Promise<StateStore> => {
  if (stateFile === undefined) return inMemory;
  const { openStateFile } = await import("./state/file.ts");
  return openStateFile(stateFile);
};

const startWithStore = async (
  settings: Settings,
  providers: ProviderSet,
  store: StateStore,
  listeners: Listeners,
): Promise<StartedSandbox> => {
  const first = store.resume();
  const seed = seedOf(settings, first);
  const servers = await startServers(settings, first.collection<number>("ports").stored);

  const partsOf = (state: State): RunParts => {
    state.collection("seed").put("", seed);
    for (const [name, port] of servers.ports) state.collection("ports").put(name, port);
    return { settings, providers, seed, baseUrls: servers.baseUrls, state, ...listeners };
  };

  const firstRun = async (): Promise<Run> => {
    try {
      return await (store.holdsRun ? continueRun(partsOf(first)) : startRun(partsOf(first)));
    } catch (error) {
      await servers.close();
      throw error;
    }
  };

  return {
    seed,
    servers,
    run: await firstRun(),
    restart: () => startRun(partsOf(store.restart())),
    async close() {
      await servers.close();
      store.close();
    },
  };
};

const seedOf = ({ seed, stateFile }: Settings, state: State): string => {
  const stored = state.collection<string>("seed").stored.get("");
  if (stored !== undefined && seed !== undefined && stored !== seed) {
    throw new TypeError(
      `createSandbox: the run in ${JSON.stringify(stateFile)} has the seed ${JSON.stringify(stored)}, not ${JSON.stringify(seed)}: leave seed out to go on with it, or name another stateFile`,
    );
  }
  return stored ?? seed ?? randomBytes(8).toString("hex");
};
