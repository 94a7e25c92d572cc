import { type Statement, statement } from "../database/statement.ts";

export const listGateways: Statement<object, { ref: number; key: string }> = statement("list_gateways", ({ db }) =>
  db.selectFrom("tautan_gateways").select(["ref", "key"]),
);

export const addGateway: Statement<{ key: string }, unknown> = statement("add_gateway", ({ db }, { key }) =>
  db
    .insertInto("tautan_gateways")
    .values({ key })
    .onConflict((conflict) => conflict.column("key").doNothing()),
);

export const renameGateway: Statement<{ ref: number; key: string }, unknown> = statement(
  "rename_gateway",
  ({ db }, { ref, key }) => db.updateTable("tautan_gateways").set({ key }).where("ref", "=", ref),
);
