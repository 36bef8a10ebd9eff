extension ExamplePolicy {
    static let httpTo8080 = ExamplePolicy(
        name: "http-to-8080",
        summary: "outbound IPv4 HTTP goes to port 8080 of the host it was sent to",
        text: """
            # Outbound HTTP goes to port 8080 of the same host.
            #
            # A policy is a list of redirects. For each new connection they are tried from top to
            # bottom, and the first one that matches decides. Connections that no redirect matches
            # are left alone.

            # The version of the policy language.
            version: 1

            redirects:
              # The name appears in `status`, in plans and in messages.
              - name: http-to-8080
                # What it is for, in your words. Optional; `status` shows it.
                description: outgoing HTTP goes to port 8080 of the same host
                # Connections that programs on this machine open. `inbound` are those that arrive
                # from other machines.
                direction: outbound
                # All of these must hold.
                match:
                  # IPv4 only. Without this line, IPv6 too.
                  family: ipv4
                  # TCP only. A list such as [tcp, udp] means any of them.
                  protocol: tcp
                  destination:
                    # The port that the program asked for. It can also be a range (8000-8010) or a
                    # list ([80, 443]).
                    port: 80
                # Where the connection goes instead: to this port of the same host.
                # {address: 192.0.2.10, port: 8080} would be another host, {local: 8080} this machine.
                to:
                  port: 8080

            # Tests need no privileges and send nothing: `redirctl test` runs them, `validate` too.
            # `plan` and `apply` refuse the policy if one fails.
            tests:
              # A connection, and where it must go.
              - connection: outbound tcp 198.51.100.7:80
                expect: 198.51.100.7:8080
              # Another port is left alone.
              - connection: outbound tcp 198.51.100.7:443
                expect: unchanged
              # So is IPv6.
              - connection: outbound tcp [2001:db8::7]:80
                expect: unchanged

            """
    )
}
