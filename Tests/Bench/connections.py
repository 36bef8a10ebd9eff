"""What a map costs a new connection of the host: the first packet of a flow, through the hook."""

import os
import socket
import statistics
import tempfile
import time

import process
import shapes

FLOWS = 400
ROUNDS = 7


def redirect(index):
    """An outbound redirect of one address and port to a socket that nobody reads."""
    there = shapes.dotted(shapes.TEN, index)
    return (f"  - {{name: r{index}, direction: outbound, match: {{protocol: udp, destination: "
            f"{{address: {there}, port: 80}}}}, to: {{address: 10.200.0.1, port: 9}}}}\n")


def first_packets(address, port):
    """Seconds that the first packet of each of some flows takes to be sent."""
    flows = []
    for _ in range(FLOWS):
        flow = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        flow.bind(("10.200.0.2", 0))
        flows.append(flow)
    took = []
    for flow in flows:
        start = time.perf_counter()
        flow.sendto(b"x", (address, port))
        took.append(time.perf_counter() - start)
    for flow in flows:
        flow.close()
    return took


def one_round(program, folder, count):
    """The median for the first and the last redirect of a policy, and for none of them."""
    process.new_namespace()
    os.system("ip link set lo up && ip address add 10.0.0.0/8 dev lo")
    state = tempfile.mkdtemp(dir=folder)
    if count:
        process.run(program, "apply", "--state-dir", state, f"{folder}/{count}.yaml")
    listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listener.bind(("10.200.0.1", 9))
    places = {"first": (shapes.dotted(shapes.TEN, 1), 80),
              "last": (shapes.dotted(shapes.TEN, max(count, 1)), 80),
              "miss": ("10.200.0.1", 9)}
    first_packets(*places["first"])
    medians = {place: statistics.median(first_packets(*where)) for place, where in places.items()}
    listener.close()
    return medians


def measure(program, progress, sizes=(1, 100000)):
    """The costs for each size, by turns, and the ratios to the smallest one."""
    with tempfile.TemporaryDirectory() as folder:
        for count in sizes:
            with open(f"{folder}/{count}.yaml", "w") as file:
                file.write("version: 1\nredirects:\n"
                           + "".join(redirect(index + 1) for index in range(count)))
        rounds = []
        for number in range(ROUNDS):
            progress(f"new connections: round {number + 1} of {ROUNDS}")
            rounds.append({count: one_round(program, folder, count) for count in sizes})
    return [{"redirects": count, "place": place,
             "median": statistics.median(one[count][place] for one in rounds),
             "ratio": statistics.median(one[count][place] / one[sizes[0]][place]
                                        for one in rounds)}
            for count in sizes for place in ("first", "last", "miss")]
