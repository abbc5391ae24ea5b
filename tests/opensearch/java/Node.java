import java.util.List;
import org.codelibs.opensearch.runner.OpenSearchRunner;

/**
 * One real OpenSearch node on loopback, a process each, so that a test can kill it as a machine dies.
 * It ends when its standard input does: no node outlives who started it.
 */
public class Node {
  public static void main(String[] args) throws Exception {
    String name = System.getProperty("name");
    OpenSearchRunner runner = new OpenSearchRunner();
    runner.onBuild((number, settings) -> {
      settings.put("node.name", name);
      settings.put("network.host", "127.0.0.1");
      settings.put("http.port", System.getProperty("http"));
      settings.put("transport.port", System.getProperty("transport"));
      settings.put("discovery.type", "zen"); // newer runners would make a cluster of one
      settings.putList("discovery.seed_hosts", List.of(System.getProperty("seeds").split(",")));
      settings.putList("cluster.initial_cluster_manager_nodes", List.of(System.getProperty("names").split(",")));
      settings.put("cluster.routing.allocation.disk.threshold_enabled", "false");
      settings.put("action.auto_create_index", "false"); // what writes to an index that is not there is a mistake
    });
    runner.build(
        OpenSearchRunner.newConfigs().clusterName("molva-test").basePath(System.getProperty("base")).numOfNode(1));
    while (System.in.read() >= 0) {}
    Runtime.getRuntime().halt(0);
  }
}
