/** Calls a listener of the application. If it throws or rejects, that decides nothing, and ends no process. */
export const notify = <Values extends readonly unknown[]>(
  listener: (...values: Values) => void,
  ...values: Values
): void => {
  const call = async (): Promise<void> => listener(...values);
  call().catch(() => {});
};
