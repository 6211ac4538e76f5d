import { randomUUID } from 'node:crypto';

import { AccountTable } from './account-table.js';
import { ANY } from '../protocol/append-codec.js';
import { ADMINS, type User } from './may-do.js';
import { hashPassword, verifyPassword } from './password.js';
import type { Store } from '../storage/store.js';
import { checkGroups, checkPassword, checkUserName, UserError } from './user-rules.js';

/** A stream that says of each user that it was made, as in EventStoreDB. */
const USERS_STREAM = '$users';
const USER_TYPE = Buffer.from('$User');

interface Account {
  readonly name: string;
  readonly fullName: string;
  readonly groups: readonly string[];
  readonly password: string;
  readonly disabled: boolean;
}

/** What may be told of an account. */
export type UserInfo = Omit<Account, 'password'>;

/** The users of an open store, all in memory: there are few, and every call asks. Changes throw UserError. */
export class Users {
  private readonly table: AccountTable;
  private readonly accounts = new Map<string, Account>();
  private readonly watchers: (() => void)[] = [];
  /** Resolves after the change under way, however it ends. */
  private changing: Promise<unknown> = Promise.resolve();

  constructor(private readonly store: Pick<Store, 'database' | 'commits' | 'writer'>) {
    this.table = new AccountTable(store.database.connection);
    for (const row of this.table.all.all()) {
      this.accounts.set(row.name, { ...row, groups: JSON.parse(row.groups) as string[], disabled: row.disabled === 1 });
    }
  }

  list(): UserInfo[] {
    return [...this.accounts.values()].map(({ name, fullName, groups, disabled }) => ({ name, fullName, groups, disabled })).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** The user as of now, undefined once removed or disabled. */
  find(name: string): User | undefined {
    const account = this.accounts.get(name);
    return account?.disabled ? undefined : account;
  }

  async verify(name: string, password: string): Promise<boolean> {
    const before = this.accounts.get(name);
    const right = await verifyPassword(password, before?.disabled ? undefined : before?.password);
    // The account may have changed while the password was checked.
    return right && this.accounts.get(name) === before;
  }

  /** A user that is made again with the same password is the same user, and keeps its groups. */
  async add(name: string, password: string, groups: readonly string[] = [], fullName = name): Promise<void> {
    checkUserName(name);
    checkPassword(password);
    if (this.accounts.has(name) && (await this.verify(name, password))) return;
    const hash = await hashPassword(password);
    await this.save(() => {
      if (this.accounts.has(name)) throw new UserError('conflict', `there is a user ${name} already`);
      if ([...this.accounts.values()].some((other) => other.groups.includes(name))) throw new UserError('conflict', `${name} is the name of a group`);
      const account = { name, fullName, groups: this.checked(groups, name), password: hash, disabled: false };
      this.tell(name);
      return account;
    });
  }

  async setPassword(name: string, password: string): Promise<void> {
    checkPassword(password);
    const hash = await hashPassword(password);
    await this.save(() => ({ ...this.get(name), password: hash }));
  }

  /** A full name that is left out stays. */
  async update(name: string, groups: readonly string[], fullName?: string): Promise<void> {
    await this.save(() => {
      const account = this.get(name);
      if (!groups.includes(ADMINS)) this.keepAdministrator(account);
      return { ...account, groups: this.checked(groups, name), fullName: fullName ?? account.fullName };
    });
  }

  /** A disabled user is kept, and may do nothing. */
  async setDisabled(name: string, disabled: boolean): Promise<void> {
    await this.save(() => {
      const account = this.get(name);
      if (disabled) this.keepAdministrator(account);
      return { ...account, disabled };
    });
  }

  async remove(name: string): Promise<void> {
    await this.change(() => {
      this.keepAdministrator(this.get(name));
      this.table.remove.run(name);
      return () => this.accounts.delete(name);
    });
  }

  /** Calls `watcher` after every change. */
  onChange(watcher: () => void): void {
    this.watchers.push(watcher);
  }

  private get(name: string): Account {
    const account = this.accounts.get(name);
    if (account === undefined) throw new UserError('not-found', `there is no user ${name}`);
    return account;
  }

  private checked(groups: readonly string[], name: string): readonly string[] {
    checkGroups(groups);
    const taken = groups.find((group) => group === name || this.accounts.has(group));
    if (taken !== undefined) throw new UserError('conflict', `${taken} is the name of a user`);
    return [...new Set(groups)];
  }

  /** Without an administrator nobody could make one. */
  private keepAdministrator(account: Account): void {
    const others = [...this.accounts.values()].some(({ name, groups, disabled }) => name !== account.name && !disabled && groups.includes(ADMINS));
    if (account.groups.includes(ADMINS) && !account.disabled && !others) throw new UserError('conflict', `${account.name} is the last member of ${ADMINS}`);
  }

  /** In the transaction that makes the user. */
  private tell(name: string): void {
    this.store.writer.append(USERS_STREAM, ANY, [{ id: randomUUID(), type: USER_TYPE, json: false, metadata: Buffer.alloc(0), data: Buffer.from(name) }]);
  }

  private save(next: () => Account): Promise<void> {
    return this.change(() => {
      const account = next();
      this.table.save.run(account.name, JSON.stringify(account.groups), account.password, Number(account.disabled), account.fullName);
      return () => this.accounts.set(account.name, account);
    });
  }

  /** One after the other, as each looks at what the one before left in memory. */
  private change(run: () => () => unknown): Promise<void> {
    const turn = this.changing.then(() => this.changeNow(run));
    this.changing = turn.catch(() => undefined);
    return turn;
  }

  /** A refusal is a result here: an error would undo what others wrote in the same transaction. */
  private async changeNow(run: () => () => unknown): Promise<void> {
    const outcome = await this.store.commits.perform(() => {
      try {
        return run();
      } catch (error) {
        if (error instanceof UserError) return error;
        throw error;
      }
    });
    if (outcome instanceof UserError) throw outcome;
    outcome();
    for (const watcher of this.watchers) watcher();
  }
}
