// The used part of what Workers have. Their own types replace those of Node and of the web in the whole program.
declare module "cloudflare:workers" {
  export interface SqlStorage {
    exec(
      statement: string,
      ...values: readonly (string | number | null)[]
    ): {
      readonly rowsWritten: number;
      toArray(): readonly Readonly<Record<string, string | number | null>>[];
    };
  }

  export interface DurableObjectState {
    readonly storage: {
      readonly sql: SqlStorage;
      transactionSync<T>(work: () => T): T;
    };
  }

  export abstract class DurableObject<Env = unknown> {
    protected readonly ctx: DurableObjectState;
    protected readonly env: Env;
    constructor(ctx: DurableObjectState, env: Env);
  }
}
