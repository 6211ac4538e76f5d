/**
 * Runs `work` without ever letting this process sleep. A core that sleeps while the server is at the disk has to be woken
 * for the answer: 30 to 50 µs on a virtual machine, which are not the server's.
 */
export async function awake<T>(work: () => Promise<T>): Promise<T> {
  let working = true;
  const spin = (): void => {
    if (working) setImmediate(spin);
  };
  spin();
  try {
    return await work();
  } finally {
    working = false;
  }
}
