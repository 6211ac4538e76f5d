/** What somebody may be in a workspace. Each role gives its actions and nothing of another's. */
export const ROLES = ['viewer', 'developer', 'releaser', 'approver', 'operator', 'policy-author', 'auditor', 'administrator'] as const;

export type Role = (typeof ROLES)[number];

/** Stands for all workspaces, and for the platform itself. No workspace has this name. */
export const EVERYWHERE = '*';

/** Workspace, or `*`, → the roles that somebody has there. */
export type Grants = Readonly<Record<string, readonly Role[]>>;

export const isRole = (text: unknown): text is Role => ROLES.some((role) => role === text);
