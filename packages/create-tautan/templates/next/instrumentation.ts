// Next calls it once, when the server starts.
export const register = async (): Promise<void> => {
  if (process.env["NEXT_RUNTIME"] !== "nodejs") return;
  const { startWorker } = await import("./src/worker.ts");
  startWorker();
};
