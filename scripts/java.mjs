/** Java and Maven: the servers of the interop tests run on the one and are fetched by the other. */
import { isDebian } from './packages.mjs';
import { Failure, output } from './run.mjs';

/** What Keycloak, OpenAM and Tomcat need. */
const OLDEST_JAVA = 17;

/** The Debian packages of what is not found. */
export function javaPackages() {
  if (!isDebian()) return [];
  const { java, maven } = findJava();
  return [...(java ? [] : ['default-jre-headless']), ...(maven ? [] : ['maven'])];
}

/** Fails unless Java is new enough, and Maven there. */
export function requireJava({ java, maven } = findJava()) {
  if (java && maven) return;
  throw new Failure(
    `The interop tests need Java ${OLDEST_JAVA} or newer and Maven 3 or newer. Put "java" and "mvn" ` +
      'on the PATH, or the folder of Java in JAVA_HOME.',
  );
}

function findJava() {
  const home = process.env.JAVA_HOME;
  const java = output(home ? `${home}/bin/java` : 'java', ['--version']);
  return {
    java: javaVersion(java) >= OLDEST_JAVA,
    maven: output('mvn', ['--version']) !== undefined,
  };
}

/** The 17 of `openjdk 17.0.15 2025-04-15`; 0 for none, and for Java 8, which knows no `--version`. */
export function javaVersion(text = '') {
  return Number(/^\S+ (\d+)/.exec(text)?.[1] ?? 0);
}
