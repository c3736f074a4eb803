"""The engines of others that compute native Excel, each behind the same few methods.

engine.write([(0, 1, 1, 70.0)]); engine.recalculate(); engine.read(0, 2, 1, 2, 1)   →   ((140.0,),) where A2 is =A1*2
"""
