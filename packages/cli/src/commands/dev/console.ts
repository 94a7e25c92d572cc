import { type Ask, listLinks, moveClock, pay, resend, type Stage, setChaos } from "./actions.ts";
import { KEYS } from "./introduction.ts";
import { readKeys } from "./keys.ts";
import type { Screen } from "./screen.ts";

interface Parts {
  readonly stage: Stage;
  readonly screen: Screen;
  /** Absent: there is no program. */
  readonly restart: (() => Promise<void>) | undefined;
  readonly introduce: () => void;
  readonly quit: () => void;
}

const ASKING: Readonly<Record<string, Ask>> = { p: pay, w: resend, t: moveClock, c: setChaos };

/** Carries out what is pressed. */
export const startConsole = ({ stage, screen, restart, introduce, quit }: Parts): { close(): void } => {
  const { output } = stage;
  let isAsking = false;

  const report = (thrown: unknown): void => {
    // A refusal of the sandbox has the reason.
    const reason = thrown instanceof Error ? thrown.message : "it failed";
    screen.say(`${output.style("yellow", "refused")} ${output.plain(reason)}`);
  };

  const ask = async (question: Ask): Promise<void> => {
    isAsking = true;
    screen.hold();
    let chosen: Awaited<ReturnType<Ask>>;
    try {
      chosen = await question(stage);
    } finally {
      isAsking = false;
      keys.resume();
      screen.release();
    }
    if (typeof chosen === "string") screen.say(output.style("yellow", chosen));
    else if (chosen) screen.say(output.style("bold", await chosen()));
  };

  const help = (): void => {
    introduce();
    screen.say(KEYS.map(([key, , does]) => `  ${output.style("bold", key)}  ${does}`).join("\n"));
  };

  const onKey = (name: string): void => {
    // The menu has the keys.
    if (isAsking) return;
    const question = Object.hasOwn(ASKING, name) ? ASKING[name] : undefined;
    if (question) ask(question).catch(report);
    else if (name === "l") screen.say(listLinks(stage));
    else if (name === "q") quit();
    else if (name === "?" || name === "h") help();
    else if (name === "r" && restart) {
      screen.say("Your program is started again.");
      restart().catch(report);
    } else if (name === "r") screen.say("There is no program to start again: tautan dev -- <command>.");
  };

  // As a terminal does when its keys are not read one by one.
  const keys = readKeys(process.stdin, { onKey, onInterrupt: () => process.kill(process.pid, "SIGINT") });
  return keys;
};
