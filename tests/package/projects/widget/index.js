/** A package of somebody else that depends on the documented client. */
import { createCallback } from '@forgerock/journey-client';

const output = [{ name: 'prompt', value: 'User Name' }];
document.title = createCallback({ type: 'NameCallback', output }).getPrompt();
