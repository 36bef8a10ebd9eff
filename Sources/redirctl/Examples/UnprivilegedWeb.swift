extension ExamplePolicy {
    static let unprivilegedWeb = ExamplePolicy(
        name: "unprivileged-web",
        summary: "ports 80 and 443 of this machine are served on 8080 and 8443",
        text: """
            # Ports 80 and 443 of this machine are served on 8080 and 8443, so the server needs no
            # privileges.
            #
            # The server must listen on all addresses (0.0.0.0 and ::), not only on 127.0.0.1. If
            # a packet filter is in use, it sees the ports after the change: allow 8080 and 8443.

            # The version of the policy language.
            version: 1

            # The redirects are tried from top to bottom; the first one that matches decides.
            redirects:
              # The name appears in `status`, in plans and in messages.
              - name: http
                # Connections that arrive from other machines. Those that programs on this machine
                # open are `outbound`.
                direction: inbound
                # All of these must hold.
                match:
                  protocol: tcp
                  # `local` is any address of this machine. Without it, connections that are only
                  # routed through this machine would match, too.
                  destination: {address: local, port: 80}
                # This machine itself, on port 8080.
                to: {local: 8080}

              # The same for HTTPS.
              - name: https
                direction: inbound
                match:
                  protocol: tcp
                  destination: {address: local, port: 443}
                to: {local: 8443}

            # Tests need no privileges and send nothing: `redirctl test` runs them, `validate` too.
            # `plan` and `apply` refuse the policy if one fails.
            tests:
              # A connection, and where it must go.
              - connection: inbound tcp local:80
                expect: local:8080
              - connection: inbound tcp local:443
                expect: local:8443
              # What is only routed through this machine is left alone.
              - connection: inbound tcp 198.51.100.7:80
                expect: unchanged
              # So are connections that this machine opens to its own port 80.
              - connection: outbound tcp local:80
                expect: unchanged

            """
    )
}
