/** The users a realm has at the start. `claims` are OpenID Connect's standard claims. */
const DEMO_USERS = {
  demo: {
    password: 'Ch4ng3it!',
    claims: {
      name: 'Demo User',
      given_name: 'Demo',
      family_name: 'User',
      preferred_username: 'demo',
      email: 'demo.user@example.com',
      email_verified: true,
    },
  },
};

/** The name of the first user, where a server is started with these options. */
export function firstUser({ users = DEMO_USERS }) {
  return Object.keys(users)[0];
}

/** The users of a realm. The methods take any value for a name or a password. */
export class Users {
  #initial;
  #users;

  constructor(initial = DEMO_USERS) {
    this.#initial = initial;
    this.clear();
  }

  /** Leaves only the users of the start, without their devices. */
  clear() {
    this.#users = new Map();
    for (const [username, user] of Object.entries(this.#initial)) this.create(username, user);
  }

  create(username, { password, claims = {} }) {
    this.#users.set(username, { password, claims, devices: [] });
  }

  /** The user's claims, or `undefined` if there is no such user. */
  find(username) {
    return this.#users.get(username)?.claims;
  }

  /** The name of the user with this email address, or `undefined`. */
  findByEmail(email) {
    for (const [username, { claims }] of this.#users) if (claims.email === email) return username;
    return undefined;
  }

  check(username, password) {
    const user = this.#users.get(username);
    return user?.password !== undefined && user.password === password;
  }

  setPassword(username, password) {
    this.#users.get(username).password = password;
  }

  /** The user's registered devices, `{ type, … }`, to read and to add to. */
  devices(username) {
    return this.#users.get(username)?.devices ?? [];
  }

  /** The device with this id and the name of its user: `{ username, device }`, or `undefined`. */
  findDevice(id) {
    for (const [username, { devices }] of this.#users) {
      const device = devices.find((one) => one.id === id);
      if (device) return { username, device };
    }
    return undefined;
  }
}
