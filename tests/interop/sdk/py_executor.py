"""An executor made with the public Python SDK (PyPI: rship-sdk), as its own proxies are used.

    py_executor.py PORT

Publishes one target with one action and one emitter, pulses ten times a second, and prints each
action that it is asked for. Ends when the core is gone.
"""

import asyncio
import sys

from rship_sdk import ActionArgs, EmitterArgs, InstanceArgs, RshipExecClient, TargetArgs

SCHEMA = {"type": "object", "properties": {"data": {"type": "string"}}}
COUNT = {"type": "object", "properties": {"n": {"type": "integer"}}}


async def main(port):
    client = RshipExecClient("127.0.0.1", port)
    await client.connect()
    reading = asyncio.create_task(client.receive_messages())
    instance = await client.add_instance(InstanceArgs(
        name="Python SDK", code="python-sdk", service_id="python-sdk", cluster_id=None,
        color="#ff0000", machine_id="python-machine", message="hello"))
    target = await instance.add_target(TargetArgs(name="Thing", short_id="thing", category="tests"))

    async def on_action(action, data):
        print(f"action {action.id}: {data}", flush=True)

    await target.add_action(ActionArgs("Say", "say", SCHEMA, on_action))
    emitter = await target.add_emitter(EmitterArgs("Count", "count", COUNT))
    n = 0
    while client.is_connected and not reading.done():
        n += 1
        await emitter.pulse({"n": n})
        await asyncio.sleep(0.1)


asyncio.run(main(int(sys.argv[1])))
