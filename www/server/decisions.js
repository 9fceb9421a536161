import { checkCredentials } from './users.js';

/**
 * The decisions a journey's nodes can name: `(inputs) => outcome`, where `inputs` holds what the
 * callbacks so far have brought, by the names in the journey, and the outcome picks the next node.
 */
export const decisions = {
  credentials: ({ username, password }) => String(checkCredentials(username, password)),
};
