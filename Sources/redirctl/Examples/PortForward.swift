extension ExamplePolicy {
    static let portForward = ExamplePolicy(
        name: "port-forward",
        summary: "ports of this machine are served by other machines",
        text: """
            # Ports of this machine are served by other machines: HTTPS by one, media by another.
            #
            # Before use, replace 192.0.2.10 and 192.0.2.25 with the addresses of your servers, also
            # in the tests. This machine must forward packets (sysctl net.ipv4.ip_forward=1), and a
            # packet filter must let the connections through its forward chain.

            # The version of the policy language.
            version: 1

            # The redirects are tried from top to bottom; the first one that matches decides.
            redirects:
              # The name appears in `status`, in plans and in messages.
              - name: https
                # Connections that arrive from other machines. `local` is any address of this machine:
                # without it, connections that are only routed through this machine would match, too.
                connection: inbound tcp local:443
                # Another machine, on another port. The address makes this a redirect for IPv4 only.
                to: 192.0.2.10:8443
                # The server sees this machine as the client, so its answers come back through here.
                # Leave this line out if this machine is the server's default gateway anyway: then
                # the server sees who the client is.
                masquerade: true

              - name: media
                # Any of these ports: a list of ports and ranges.
                connection: inbound tcp local:554,1935,8000-8010
                # Without a port, each connection keeps its own.
                to: 192.0.2.25
                masquerade: true

            # Tests need no privileges and send nothing: `redirctl test` runs them, `validate` too.
            # `plan` and `apply` refuse the policy if one fails.
            tests:
              # A connection, where it must go, and whether its source must be changed.
              - connection: inbound tcp local:443
                expect: 192.0.2.10:8443
                masquerade: true
              - connection: inbound tcp local:8010
                expect: 192.0.2.25:8010
              # Another port is left alone.
              - connection: inbound tcp local:22
                expect: unchanged

            """
    )
}
