import { randomBytes } from "node:crypto";
import type { Settings } from "./options.ts";
import { continueRun, type Run, type RunParts, startRun } from "./run.ts";
import { type Servers, startServers } from "./servers.ts";
import { forgetful, type State, type StateKeeper } from "./state.ts";

/** A sandbox that has begun, or gone on where an earlier process left it. */
export interface Beginning {
  readonly seed: string;
  readonly servers: Servers;
  readonly run: Run;
  /** Another run from the start. The one before keeps nothing from then on. */
  restart(): Promise<Run>;
  /** Stops listening. The run is to be closed before. */
  close(): Promise<void>;
}

/** `onChange` is told of whatever happens in a run. */
export async function begin(settings: Settings, onChange: () => void): Promise<Beginning> {
  const keeper = await openKeeper(settings.stateFile);
  try {
    return await beginWith(settings, keeper, onChange);
  } catch (error) {
    keeper.close();
    throw error;
  }
}

async function openKeeper(stateFile: string | undefined): Promise<StateKeeper> {
  if (stateFile === undefined) return forgetful;
  const { openStateFile } = await import("./state-file.ts");
  return openStateFile(stateFile);
}

async function beginWith(settings: Settings, keeper: StateKeeper, onChange: () => void): Promise<Beginning> {
  const first = keeper.takeUp();
  const seed = seedOf(settings, first);
  const servers = await startServers(settings, first.shelf("ports").kept);

  function partsOf(state: State): RunParts {
    state.shelf("seed").put("", seed);
    for (const [name, port] of servers.ports) state.shelf("ports").put(name, port);
    return { settings, seed, baseUrls: servers.baseUrls, state, onChange };
  }

  async function firstRun(): Promise<Run> {
    try {
      return await (keeper.holdsRun ? continueRun(partsOf(first)) : startRun(partsOf(first)));
    } catch (error) {
      await servers.close();
      throw error;
    }
  }

  return {
    seed,
    servers,
    run: await firstRun(),
    restart: () => startRun(partsOf(keeper.startAnew())),
    async close() {
      await servers.close();
      keeper.close();
    },
  };
}

function seedOf({ seed, stateFile }: Settings, state: State): string {
  const kept = state.shelf("seed").kept.get("");
  if (kept !== undefined && seed !== undefined && kept !== seed) {
    throw new TypeError(
      `createSandbox: the run in ${JSON.stringify(stateFile)} has the seed ${JSON.stringify(kept)}, not ${JSON.stringify(seed)}: leave seed out to go on with it, or name another stateFile`,
    );
  }
  return kept ?? seed ?? randomBytes(8).toString("hex");
}
