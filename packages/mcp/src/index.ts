export { createMcpServer } from "./create-mcp-server.ts";
export type { McpOptions, McpPermissions } from "./options.ts";
