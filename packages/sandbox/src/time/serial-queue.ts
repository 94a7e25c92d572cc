/** Does one thing after the other. A failure is told to whoever asked for it, and holds up nobody else. */
export const createSerialQueue = (): (<Result>(work: () => Promise<Result>) => Promise<Result>) => {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work, work);
    last = turn;
    return turn;
  };
};
