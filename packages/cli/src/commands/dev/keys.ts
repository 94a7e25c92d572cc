import { emitKeypressEvents } from "node:readline";

/** A terminal whose keys are read one by one. */
export interface Keys {
  /** Takes the keys again, after a menu had them. */
  resume(): void;
  close(): void;
}

/**
 * Reads single keys. `onKey` gets the name of the key; `onInterrupt` is called for Ctrl-C, also while a menu has the keys. The terminal
 * is as before after `close`, and however the process ends.
 */
export const readKeys = (
  terminal: NodeJS.ReadStream,
  { onKey, onInterrupt }: { readonly onKey: (name: string) => void; readonly onInterrupt: () => void },
): Keys => {
  const restore = (): void => {
    if (terminal.isTTY) terminal.setRawMode(false);
  };
  const listen = (text: string | undefined, key: { readonly ctrl?: boolean; readonly name?: string }): void => {
    if (key.ctrl && key.name === "c") onInterrupt();
    // "?" has no name.
    else if (!key.ctrl) onKey(key.name ?? text ?? "");
  };
  const resume = (): void => {
    terminal.setRawMode(true);
    terminal.resume();
  };
  emitKeypressEvents(terminal);
  terminal.on("keypress", listen);
  process.on("exit", restore);
  resume();
  return {
    resume,
    close() {
      terminal.off("keypress", listen);
      restore();
      process.off("exit", restore);
      terminal.pause();
    },
  };
};
