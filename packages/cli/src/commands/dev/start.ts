import { join } from "node:path";
import type * as SandboxPackage from "@tautan/sandbox";
import type { SandboxActions } from "@tautan/sandbox";
import { err, ok, type Result } from "neverthrow";
import { importFromProject, installCommand } from "../../config/project.ts";
import { configError, type Failure, usageError } from "../../failure.ts";
import type { StartedGateway } from "./environment.ts";
import type { PlannedGateway } from "./plan.ts";
import { REPLAY_HINT, type Replay } from "./replay.ts";
import { SIMULATED, SIMULATED_NAMES } from "./simulated.ts";

/** The port of the inspector. The gateways have the next ones, each always the same. */
export const DEFAULT_PORT = 7700;

interface Started {
  readonly sandbox: SandboxActions;
  readonly gateways: readonly StartedGateway[];
}

interface Settings {
  readonly gateways: readonly PlannedGateway[];
  readonly webhookUrls: Readonly<Record<string, string>>;
  /** 0: free ports. */
  readonly port: number;
  readonly stateFile: string | undefined;
  /** The folder of the user's project. */
  readonly folder: string;
  readonly replay: Replay | undefined;
}

/** Starts the sandbox of the user's project. */
export const startSandbox = async (settings: Settings): Promise<Result<Started, Failure>> => {
  const { gateways, webhookUrls, port, stateFile, folder, replay } = settings;
  const loaded = await importFromProject("@tautan/sandbox", join(folder, "package.json"));
  if (loaded.isErr()) {
    const isMissing = loaded.error.message.startsWith("expected the package @tautan/sandbox ");
    const hint = `Install it: ${installCommand("@tautan/sandbox", folder, { isForDevelopment: true })}`;
    return err(isMissing ? { ...loaded.error, hint } : loaded.error);
  }
  const { createSandbox } = loaded.value as typeof SandboxPackage;
  const portOf = (place: number): number => (port === 0 ? 0 : port + place);
  const ports = Object.fromEntries(gateways.map(({ name }) => [name, portOf(SIMULATED_NAMES.indexOf(name) + 1)]));
  try {
    const sandbox = await createSandbox({
      gateways: gateways.map(({ name }) => name),
      webhookUrls,
      ports: { control: portOf(0), ...ports },
      stateFile,
      // A sandbox of an earlier version refuses options that it does not know.
      ...(replay !== undefined && { replay }),
    });
    const started = gateways.map((gateway): StartedGateway => {
      const { url, credentials } = sandbox[gateway.name];
      const webhookUrl = webhookUrls[gateway.name] ?? "";
      return {
        ...gateway,
        url,
        baseUrl: url + SIMULATED[gateway.name].basePath,
        webhookUrl,
        credentials: { ...credentials },
      };
    });
    return ok({ sandbox, gateways: started });
  } catch (thrown) {
    const { message, code } = thrown as NodeJS.ErrnoException;
    // The sandbox's own message names the port or the file, and what is wrong with it.
    const reason = message.replace("createSandbox: ", "");
    if (code === "EADDRINUSE" || code === "EACCES") {
      return err(
        usageError(
          `expected free ports from ${port} on, got ${/\S+:\d+/.exec(reason)?.[0] ?? reason}, which is in use`,
          "Another tautan dev may be running. Choose other ports with --port 7800, or free ones with --port 0.",
        ),
      );
    }
    if (reason.startsWith("replay: ")) return err(usageError(`--${reason}`, REPLAY_HINT));
    return err(configError(`the sandbox cannot start: ${reason}`, "Correct the option that is named."));
  }
};
