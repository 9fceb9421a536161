/** An option, a setting or a fault that does not exist, or a value that it does not take. */
export class WrongOption extends TypeError {
  code = 'ERR_OPTION';
}

/** The error for a name that is none of these. */
export function unknown(kind, name, names) {
  return new WrongOption(`Unknown ${kind} ${name}. There are: ${names.join(', ')}`);
}
