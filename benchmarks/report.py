def text(runs): return ""
def plot(runs): return ""
