#!/usr/bin/env bash
# The official Java client, unchanged, against a running control plane. Takes ISOCHRONE_CONTROL, ISOCHRONE_TOKEN_FILE, ISOCHRONE_CA_FILE.
set -euo pipefail
cd "$(dirname "$0")/java"
mvn=$(cd ../../../../.. && pwd)/mvnw
"$mvn" -q -B -ntp -f pom.xml process-classes
rm -f target/trust.p12
keytool -importcert -noprompt -alias ca -file "$ISOCHRONE_CA_FILE" -keystore target/trust.p12 -storetype PKCS12 -storepass changeit 2>/dev/null
exec java -Djavax.net.ssl.trustStore=target/trust.p12 -Djavax.net.ssl.trustStorePassword=changeit -cp "target/classes:target/lib/*" Story
