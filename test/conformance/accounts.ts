import { randomUUID } from 'node:crypto';

import type { Credentials } from '@eventstore/db-client';

import { connect, type ClientName, type OfficialClient } from './clients.js';
import { loadProtocol, type Protocol } from './protocol.js';
import { openRawCalls, type RawCalls } from './raw-calls.js';
import { addressOf, connectionStringFor, target } from './targets.js';

/** A name that no other case and no other run has used, for a user or a group. */
export function freshName(prefix: string): string {
  return `${prefix}${randomUUID().slice(0, 13)}`;
}

/** The users of the secure target, and clients that speak for them. */
export class Accounts {
  private readonly made: string[] = [];
  private readonly clients: OfficialClient[] = [];

  private constructor(
    private readonly name: ClientName,
    private readonly protocol: Protocol,
    private readonly raw: RawCalls,
    /** Who makes users. */
    readonly admin: Credentials,
  ) {}

  static async open(name: ClientName): Promise<Accounts> {
    const { credentials } = addressOf(target.secure());
    if (credentials === undefined) throw new Error('SLIPWAY_EVENTSTORE_SECURE must name an administrator and a password');
    return new Accounts(name, await loadProtocol(name), openRawCalls(target.secure()), credentials);
  }

  /** A client that speaks for a user, or for nobody. */
  async client(as?: Credentials): Promise<OfficialClient> {
    const client = await connect(this.name, connectionStringFor(target.secure(), as));
    this.clients.push(client);
    return client;
  }

  async user(...groups: string[]): Promise<Credentials> {
    const user = { username: freshName('user'), password: freshName('Secret-') };
    await this.create(user, groups);
    return user;
  }

  async create({ username, password }: Credentials, groups: string[] = [], as: Credentials = this.admin, fullName = username): Promise<void> {
    const { UsersService, CreateReq } = this.protocol;
    const options = new CreateReq.Options().setLoginName(username).setFullName(fullName).setPassword(password).setGroupsList(groups);
    await this.raw.call(UsersService.create, new CreateReq().setOptions(options), as);
    if (!this.made.includes(username)) this.made.push(username);
  }

  async setGroups(username: string, groups: string[], as: Credentials = this.admin, fullName = username): Promise<void> {
    const { UsersService, UpdateReq } = this.protocol;
    await this.raw.call(UsersService.update, new UpdateReq().setOptions(new UpdateReq.Options().setLoginName(username).setFullName(fullName).setGroupsList(groups)), as);
  }

  async remove(username: string, as: Credentials = this.admin): Promise<void> {
    const { UsersService, DeleteReq } = this.protocol;
    await this.raw.call(UsersService.delete, new DeleteReq().setOptions(new DeleteReq.Options().setLoginName(username)), as);
    const at = this.made.indexOf(username);
    if (at >= 0) this.made.splice(at, 1);
  }

  async resetPassword(username: string, password: string, as: Credentials = this.admin): Promise<void> {
    const { UsersService, ResetPasswordReq } = this.protocol;
    await this.raw.call(UsersService.resetPassword, new ResetPasswordReq().setOptions(new ResetPasswordReq.Options().setLoginName(username).setNewPassword(password)), as);
  }

  async changePassword({ username, password }: Credentials, next: string, as: Credentials): Promise<void> {
    const { UsersService, ChangePasswordReq } = this.protocol;
    const options = new ChangePasswordReq.Options().setLoginName(username).setCurrentPassword(password).setNewPassword(next);
    await this.raw.call(UsersService.changePassword, new ChangePasswordReq().setOptions(options), as);
  }

  /** Ends the clients and takes back the users, so that a target that stays is left as it was. */
  async close(): Promise<void> {
    for (const client of this.clients) await client.db.dispose();
    for (const username of [...this.made]) await this.remove(username);
    this.raw.close();
  }
}
