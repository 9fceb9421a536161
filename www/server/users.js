/** The users of the development server. `claims` are OpenID Connect's standard claims. */
const USERS = {
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

/** The user's claims, or `undefined` if there is no such user. Takes any value. */
export function findUser(username) {
  const isKnown = typeof username === 'string' && Object.hasOwn(USERS, username);
  return isKnown ? USERS[username].claims : undefined;
}

/** Whether the pair is right. Takes any values. */
export function checkCredentials(username, password) {
  return findUser(username) !== undefined && USERS[username].password === password;
}
