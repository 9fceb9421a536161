export const wellknown: string;
