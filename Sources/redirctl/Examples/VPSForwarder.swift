extension ExamplePolicy {
    static let vpsForwarder = ExamplePolicy(
        name: "vps-forwarder",
        summary: "a thousand ports of a public address are served at home",
        text: """
            # A thousand ports of a public address are served by a machine at home, through a tunnel.
            #
            # Before use, replace 203.0.113.5 with the public address and 10.8.0.2 with the address
            # of the machine at home, also in the tests. This machine must forward packets (sysctl
            # net.ipv4.ip_forward=1), and a packet filter must let ports 30000 to 30999 through its
            # forward chain: it sees connections after the change.

            # The version of the policy language.
            version: 1

            # The redirects are tried from top to bottom; the first one that matches decides.
            redirects:
              # The name appears in `status`, in plans and in messages.
              - name: home
                # What it is for, in your words. Optional; `status` shows it.
                description: a thousand ports of the public address are served at home
                # Connections that arrive from other machines.
                direction: inbound
                # All of these must hold.
                match:
                  # Either protocol.
                  protocol: [tcp, udp]
                  # All ports from 20000 to 20999. Single ports and ranges can be listed, too:
                  # [22, 80, 20000-20999].
                  destination: {address: 203.0.113.5, port: 20000-20999}
                # A range of as many ports: 20000 goes to 30000, 20001 to 30001, and so on.
                to: {address: 10.8.0.2, port: 30000-30999}
                # The machine at home sees this one as the client, so its answers come back through
                # the tunnel, whatever its default route is.
                masquerade: true

            # Tests need no privileges and send nothing: `redirctl test` runs them, `validate` too.
            # `plan` and `apply` refuse the policy if one fails.
            tests:
              # A connection, and where it must go: the first port, one between, the last port.
              - connection: inbound tcp 203.0.113.5:20000
                expect: 10.8.0.2:30000
              - connection: inbound udp 203.0.113.5:20517
                expect: 10.8.0.2:30517
              - connection: inbound tcp 203.0.113.5:20999
                expect: 10.8.0.2:30999
              # The port after the last one is left alone.
              - connection: inbound tcp 203.0.113.5:21000
                expect: unchanged

            """
    )
}
