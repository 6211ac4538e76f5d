import { EventStoreDBClient } from '@eventstore/db-client';
import { UsersClient } from '@eventstore/db-client/generated/users_grpc_pb';
import { CreateReq, DetailsReq, type DetailsResp, ResetPasswordReq, UpdateReq } from '@eventstore/db-client/generated/users_pb';
import type { Credentials } from './connection-string.js';

type Arguments = ReturnType<UserCalls['callArguments']>;

/** An event store's users, as an administrator manages them. The client has no calls for this, but all that such calls need. */
export class EventStoreUsers {
  constructor(private readonly client: EventStoreDBClient) {}

  /** The groups of all users, by name. */
  list(): Promise<ReadonlyMap<string, readonly string[]>> {
    return UserCalls.make(this.client, async (users, [metadata, options]) => {
      const found = new Map<string, readonly string[]>();
      const all = users.details(new DetailsReq().setOptions(new DetailsReq.Options()), metadata, options);
      for await (const answer of all) {
        const user = (answer as DetailsResp).getUserDetails();
        if (user) found.set(user.getLoginName(), user.getGroupsList());
      }
      return found;
    });
  }

  create({ user, password }: Credentials, groups: readonly string[]): Promise<void> {
    const options = new CreateReq.Options().setLoginName(user).setFullName(user).setPassword(password).setGroupsList([...groups]);
    return this.call((users, [metadata, settings], done) => users.create(new CreateReq().setOptions(options), metadata, settings, done));
  }

  setGroups(user: string, groups: readonly string[]): Promise<void> {
    const options = new UpdateReq.Options().setLoginName(user).setFullName(user).setGroupsList([...groups]);
    return this.call((users, [metadata, settings], done) => users.update(new UpdateReq().setOptions(options), metadata, settings, done));
  }

  resetPassword({ user, password }: Credentials): Promise<void> {
    const options = new ResetPasswordReq.Options().setLoginName(user).setNewPassword(password);
    return this.call((users, [metadata, settings], done) => users.resetPassword(new ResetPasswordReq().setOptions(options), metadata, settings, done));
  }

  private call(start: (users: UsersClient, args: Arguments, done: (error: Error | null) => void) => void): Promise<void> {
    return UserCalls.make(this.client, (users, args) => new Promise((resolve, reject) => start(users, args, (error) => (error ? reject(error) : resolve()))));
  }
}

/** Only a subclass may reach what the client makes calls with: connection, credentials, deadline. */
class UserCalls extends EventStoreDBClient {
  static make<T>(client: UserCalls, action: (users: UsersClient, args: Arguments) => Promise<T>): Promise<T> {
    return client.execute(UsersClient, 'users', (users) => action(users, client.callArguments({})));
  }
}
